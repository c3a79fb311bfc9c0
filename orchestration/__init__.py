"""The monthly load as Dagster sees it, and the command line. Assets are thin over functions that import no Dagster."""
