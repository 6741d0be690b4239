"""The figures of single chapters: functions that take data and return a matplotlib Figure."""
