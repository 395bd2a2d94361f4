package io.turnmill.inference;

/**
 * One of the models that a feed may ask.
 *
 * @param model the name by which requests ask it
 * @param window the feed has room while the requests to this backend that are under way weigh less;
 *     at least 1
 */
public record Route(String model, Backend backend, int window) {

  public Route {
    if (window < 1) {
      throw new IllegalArgumentException("a feed's window is at least 1");
    }
  }

  /** The only route of a feed. */
  public static Route only(Backend backend, int window) {
    return new Route(Request.ONLY_MODEL, backend, window);
  }
}
