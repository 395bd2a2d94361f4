package io.turnmill.job.config;

import java.io.Serializable;

/**
 * What is kept from one run to the next.
 *
 * @param path a folder on any Hadoop file system; empty for nothing
 */
public record CacheConfig(String path) implements Serializable {}
