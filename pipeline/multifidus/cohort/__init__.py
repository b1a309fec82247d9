"""FOLLOW: visits in, change, responders and curves out; missing data are counted, never filled."""
