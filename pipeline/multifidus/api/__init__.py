"""The front door's own code: what `import multifidus` hands out, over the tasks."""
