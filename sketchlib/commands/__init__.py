"""The subcommands of `sketchlib`, thin: they parse, call and print.

What needs PyTorch is imported inside a command, so that `sketchlib --help` answers at once.
"""
