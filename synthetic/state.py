"""All that is known of the trust at the end of a month."""

from __future__ import annotations

from dataclasses import dataclass

from synthetic.absence import Absence
from synthetic.appraisal import Appraisals
from synthetic.awards import Awards
from synthetic.establishment import Establishment
from synthetic.job_plan import JobPlans
from synthetic.outputs import Outputs
from synthetic.research import Portfolio
from synthetic.survey import Census
from synthetic.training import Compliance, ResearchTraining
from synthetic.workforce import Workforce


@dataclass
class State:
    workforce: Workforce
    portfolio: Portfolio
    training: ResearchTraining
    compliance: Compliance
    appraisals: Appraisals
    absence: Absence
    awards: Awards
    outputs: Outputs
    establishment: Establishment
    job_plans: JobPlans
    census: Census | None = None  # staff at the latest survey's fieldwork
