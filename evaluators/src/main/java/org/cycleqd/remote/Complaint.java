package org.cycleqd.remote;

import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Words the exceptions about one call. */
final class Complaint {

  private static final int LONGEST = 400;
  private static final Pattern GAPS = Pattern.compile("[\\s\\p{Cntrl}]+");

  private final Call call;
  private final ApiKey key;

  Complaint(Call call, ApiKey key) {
    this.call = call;
    this.key = key;
  }

  /**
   * The exception.
   *
   * @param status of the answer, or 0
   * @param text what was found and what was expected
   */
  RemoteException about(int status, String text, @Nullable Throwable cause) {
    String answer = status == 0 ? "" : "status " + status + ": ";
    String message =
        "%s %s: %s%s".formatted(call.method(), call.address(), answer, key.hiddenIn(text));
    return new RemoteException(call.address(), status, message, showsKey(cause) ? null : cause);
  }

  /** Whether a stack trace would show the key: causes quote what a server sent. */
  private boolean showsKey(@Nullable Throwable cause) {
    for (@Nullable Throwable each = cause; each != null; each = each.getCause()) {
      String text = each.toString();
      if (!key.hiddenIn(text).equals(text)) {
        return true;
      }
    }
    return false;
  }

  /** The exception, without a cause. */
  RemoteException about(int status, String text) {
    return about(status, text, null);
  }

  /** What a server said, on one line, shortened and without the key. */
  String quoted(String said) {
    // The key goes first: the cut could leave a part of it that is not recognised any more.
    String line = GAPS.matcher(key.hiddenIn(said)).replaceAll(" ").strip();
    return line.length() <= LONGEST ? line : line.substring(0, LONGEST) + "...";
  }
}
