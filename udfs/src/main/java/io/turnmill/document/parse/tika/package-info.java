/**
 * What runs in a process that parses: one file becomes a text with its headings, pages and tables,
 * and the documents within it are unpacked. Nothing here runs in an executor's JVM. This package
 * uses {@code document}, {@code document.parse}, and Tika with the libraries that it brings. Open
 * {@link io.turnmill.document.parse.tika.FileParser} first.
 */
package io.turnmill.document.parse.tika;
