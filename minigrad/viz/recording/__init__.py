"""What a program does, written down while it runs: operations, values, modules, lines, names, backward passes."""
