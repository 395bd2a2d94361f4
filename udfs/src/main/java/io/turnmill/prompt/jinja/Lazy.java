package io.turnmill.prompt.jinja;

import java.util.Iterator;

/** What {@code map}, {@code select} and their like give: items made when asked for, and once. */
record Lazy(Iterator<Object> items) {}
