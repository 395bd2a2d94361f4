package io.turnmill.prompt.jinja;

/** A place in a template's source, both counted from 1. */
record SourcePosition(int line, int column) {}
