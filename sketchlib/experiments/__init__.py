"""Many runs, one table: the methods trained, scored and compared on one footing."""
