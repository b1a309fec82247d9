"""Visits and events of invented people, as a site would write them down; no person is behind them.

Some get better, some do not, one is lost: an example that shows every kind of answer.
"""

VISITS = """\
subject_id,visit,months_since_baseline,visit_date,age_years,sex,nrs,odi_total_pct,eq5d_5l_state,\
eq_vas,opioid_tramadol_mg_day,pgic,cgi
sample-01,baseline,0,2024-01-10,34,female,6,38,21232,60,0,,
sample-01,6 months,6,2024-07-09,34,female,5,30,21222,70,0,minimally_improved,minimally_improved
sample-01,12 months,12,2025-01-14,35,female,4,26,21222,72,0,minimally_improved,much_improved
sample-02,baseline,0,2024-02-01,57,male,8,52,32343,45,100,,
sample-02,6 months,6,2024-08-02,57,male,5,34,22232,60,50,much_improved,much_improved
sample-02,12 months,12,2025-02-03,58,male,3,20,11122,80,0,much_improved,very_much_improved
sample-03,baseline,0,2024-03-05,46,female,7,44,32242,55,20,,
sample-03,6 months,6,2024-09-03,46,female,7,46,32242,50,20,no_change,no_change
sample-03,12 months,12,2025-03-04,47,female,6,,22232,,20,no_change,no_change
sample-04,baseline,0,2024-03-20,61,male,7,48,32333,50,60,,
sample-04,6 months,6,2024-09-24,61,male,8,54,33343,40,80,minimally_worse,minimally_worse
sample-05,baseline,0,2024-04-11,39,female,6,36,21232,65,0,,
sample-05,6 months,6,2024-10-10,39,female,3,22,11122,78,0,much_improved,much_improved
sample-05,12 months,12,2025-04-08,40,female,2,14,11111,85,0,very_much_improved,much_improved
"""
"""A clinical table with several visits a person, CSV; sample-04 did not come after 12 months."""

EVENTS = """\
subject_id,kind,event_date,days_from_activation,period_days,hours,what,serious,related_to_device,\
related_to_procedure,reason
sample-02,implantation,2024-02-15,,,,,,,,
sample-02,activation,2024-03-01,,,,,,,,
sample-02,therapy_use,,120,120,60,,,,,
sample-02,adverse_event,,200,,,lead moved,yes,probable,not_related,
sample-03,activation,2024-04-02,,,,,,,,
sample-03,adverse_event,,3,,,wound pain,no,,causal,
sample-03,explant,2025-06-01,,,,,,,,lack_of_benefit
"""
"""A table of events of the same people, CSV."""
