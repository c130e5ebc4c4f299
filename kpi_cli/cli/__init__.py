"""The command line: a command loads, runs, renders and exits. Nothing is computed here."""
