/**
 * Files become documents: PDF, office files, HTML, mail, text and Markdown, and those within
 * archives and mails. Text and Markdown are read here; everything else in a process of its own,
 * which may die or hang without harm ({@code document.parse.tika} is what runs there). This package
 * uses {@code document} and the JDK alone. Open {@link io.turnmill.document.parse.DocumentParser}
 * first.
 */
package io.turnmill.document.parse;
