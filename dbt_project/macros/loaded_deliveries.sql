{#
    Condition on a staging model of a snapshot: the deliveries that the loaded months are computed from. The oldest of them may
    be older than `from_month` (a month without a delivery takes the newest before it). It is looked up when the SQL is written,
    so that only those months' files are opened; on a full build it is true.
#}
{% macro loaded_deliveries(extract, column="reporting_month") -%}
    {%- if execute and is_incremental() -%}
        {%- set oldest -%}
            select coalesce(min(newest), cast('{{ var("from_month") }}' as date))
            from (
                select max(reporting_month) as newest
                from {{ source("raw", "delivery") }}
                where extract = '{{ extract }}' and status = 'current'
                    and reporting_month <= cast('{{ var("from_month") }}' as date)
                group by trust_code
            ) as by_trust
        {%- endset -%}
        {{ column }} >= cast('{{ run_query(oldest).columns[0].values()[0] }}' as date)
    {%- else -%}
        true
    {%- endif -%}
{%- endmacro %}
