package org.cycleqd.remote;

import java.net.URI;
import java.util.Optional;

/**
 * One HTTP call.
 *
 * @param method such as {@code POST}
 * @param address absolute
 * @param json the body, if it has one
 */
record Call(String method, URI address, Optional<String> json) {

  static Call get(URI address) {
    return new Call("GET", address, Optional.empty());
  }

  static Call post(URI address, String json) {
    return new Call("POST", address, Optional.of(json));
  }
}
