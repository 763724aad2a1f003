package org.cycleqd.task;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.cycleqd.dialogue.Dialogue;

/**
 * A published set whose items are dialogues.
 *
 * @param environments by the items' ids
 */
public record PublishedDialogues(
    String name,
    String description,
    Asking.Talk asking,
    Provenance provenance,
    ItemSplits splits,
    Map<String, ? extends Environment> environments)
    implements DialogueTask, PublishedSet {

  /** What an item is carried on and judged with. */
  public interface Environment {

    /** A dialogue, not begun. */
    Dialogue<Verdict> open();

    /** Carries the item's own reference out and marks what came of it. */
    Verdict reference() throws IOException;

    /** The mark of replies as if a model had said them. */
    default Verdict scripted(List<String> replies) {
      return Replays.verdict(open(), Recording.script(replies));
    }
  }

  /** Copies the map. */
  public PublishedDialogues {
    environments = Map.copyOf(environments);
  }

  private Environment environment(Item item) {
    Environment environment = environments.get(item.id());
    if (environment == null) {
      throw new IllegalArgumentException("%s has no item %s".formatted(name, item.id()));
    }
    return environment;
  }

  @Override
  public Dialogue<Verdict> open(Item item) {
    return environment(item).open();
  }

  @Override
  public List<Verdict> check(List<Item> items) {
    return Replays.each(items.size(), i -> reference(environment(items.get(i))));
  }

  private static Verdict reference(Environment environment) {
    try {
      return environment.reference();
    } catch (IOException e) {
      return Verdict.wrong("the environment failed: " + e.getMessage());
    }
  }
}
