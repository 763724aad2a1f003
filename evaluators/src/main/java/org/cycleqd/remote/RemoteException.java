package org.cycleqd.remote;

import java.io.IOException;
import java.net.URI;
import org.jspecify.annotations.Nullable;

/**
 * Says what went wrong with a server: method, address, status where there was one, and what was
 * found. Keys do not appear; what the server said is shortened.
 */
public final class RemoteException extends IOException {

  private static final long serialVersionUID = 1L;

  private final URI address;
  private final int status;

  RemoteException(URI address, int status, String message, @Nullable Throwable cause) {
    super(message, cause);
    this.address = address;
    this.status = status;
  }

  /** The address that was called. */
  public URI address() {
    return address;
  }

  /** The HTTP status, or 0 where no answer came. */
  public int status() {
    return status;
  }

  /** The same with something added. */
  RemoteException noting(String note) {
    return new RemoteException(address, status, getMessage() + note, getCause());
  }
}
