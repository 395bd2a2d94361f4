package io.turnmill.job.config;

import io.turnmill.job.config.Declare.Default;
import io.turnmill.job.config.Declare.Doc;
import io.turnmill.job.config.Declare.Operation;
import io.turnmill.job.config.Declare.Words;
import java.io.Serializable;

/** What is kept from one run to the next. */
public record CacheConfig(
    @Doc(
            "Folder on any Hadoop file system in which replies are kept, so that the next run"
                + " computes only what is new; empty: none.")
        @Default("")
        @Words("path")
        @Operation
        String path)
    implements Serializable {}
