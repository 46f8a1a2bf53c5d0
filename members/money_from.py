"""Where a person's money comes from, in words. Pure."""

WORDS = {
    "direct_payment": "Direct payment",
    "isf": "A budget somebody holds for me",
    "health_budget": "Personal health budget",
    "own_money": "My own money",
    "grant": "A grant",
    "ndis": "NDIS plan",
}
ABOUT = {
    "direct_payment": "The council pays me, and I choose my support.",
    "isf": "It may be called an Individual Service Fund.",
    "health_budget": "The NHS pays for my support.",
    "own_money": "I pay from my own bank account.",
    "grant": "Somebody gave me money for this.",
    "ndis": "From the National Disability Insurance Scheme in Australia.",
}
# Money for which a council, a health service or another funder keeps a plan.
WITH_PLAN = ("direct_payment", "isf", "health_budget", "ndis")
