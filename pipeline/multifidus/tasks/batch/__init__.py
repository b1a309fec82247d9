"""Many studies: planned, run, resumed, stopped, summed up."""
