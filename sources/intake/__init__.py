"""Reading what an editor pastes or uploads. Pure: no network, no database, no files written."""
