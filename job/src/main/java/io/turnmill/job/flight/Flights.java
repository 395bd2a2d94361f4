package io.turnmill.job.flight;

import io.turnmill.job.hadoop.HadoopConf;
import java.io.IOException;
import java.io.Serializable;
import org.apache.hadoop.fs.Path;

/**
 * Where the attempts at one bucket note which sessions they have in flight. Travels with the tasks.
 *
 * @param folder of the bucket's notes, on any Hadoop file system
 * @param hadoop settings of that file system
 * @param round that is under way
 * @param maxDeaths at so many deaths of its executor a session in flight counts as their cause
 */
public record Flights(String folder, HadoopConf hadoop, Round round, int maxDeaths)
    implements Serializable {
  private static final long serialVersionUID = 1L;

  /** Of every part that there may be. */
  private static final int NO_PART = -1;

  public Flights nextRound() {
    return new Flights(folder, hadoop, round.next(), maxDeaths);
  }

  /** The deaths of earlier rounds; for the driver, when no attempt is under way. */
  public Deaths deaths() throws IOException {
    return deaths(NO_PART);
  }

  /** The deaths of earlier rounds, and of earlier attempts at one part in this one. */
  public Deaths deaths(int part) throws IOException {
    return Deaths.count(notes().read(), round, part);
  }

  /**
   * Opens the log of an attempt.
   *
   * @param id of the task
   * @param local whether this process is the driver's own
   */
  public FlightLog log(int part, long id, boolean local) throws IOException {
    return FlightLog.open(notes(), new Attempt(round, part, id, local));
  }

  private Notes notes() throws IOException {
    Path path = new Path(folder);
    return new Notes(path.getFileSystem(hadoop.get()), path);
  }
}
