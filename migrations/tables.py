"""Imports every room's tables, so that SQLModel.metadata is whole wherever this is imported."""

# ruff: noqa: F401 - imported for what they register
import ledger.models
import members.models
import payments.models
import pools.bands.models
import pools.clubbing.models
import pools.decisions.models
import pools.funds.models
import pools.models
import pools.packs.models
import pools.register.models
import pools.spending.models
import pools.spending.plan_models
import pools.spending.weekly_models
