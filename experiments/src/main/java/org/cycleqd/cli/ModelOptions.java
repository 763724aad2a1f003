package org.cycleqd.cli;

import org.cycleqd.checkpoint.LinkPolicy;
import picocli.CommandLine.Option;

/** What all commands on model folders understand. */
final class ModelOptions {

  @Option(
      names = "--hub-links",
      description =
          "Follow the symbolic links of a Hugging Face cache, within one repository of it; any other"
              + " link is refused.")
  private boolean hubLinks;

  @Option(names = "--json", description = "Print the results as JSON.")
  private boolean json;

  LinkPolicy links() {
    return hubLinks ? LinkPolicy.HUB_CACHE : LinkPolicy.REFUSE;
  }

  boolean json() {
    return json;
  }
}
