"""Rules that were agreed stay as they were."""

from migrations.guards import Guard

AGREEMENTS = (
    Guard("agreement_frozen", "agreement", "UPDATE"),
    Guard("agreement_frozen", "agreement", "DELETE"),
)
