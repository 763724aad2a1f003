package org.cycleqd.experiment;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A YAML document before it is bound to records: every node knows where it was written. */
sealed interface ConfigNode {

  Origin origin();

  /** What was found, in words for an error message. */
  String found();

  /** Whether nothing was written where a value could stand. */
  default boolean empty() {
    return this instanceof Scalar scalar && scalar.kind() == Kind.NOTHING;
  }

  /** What a plain scalar looks like in YAML. */
  enum Kind {
    TEXT,
    NUMBER,
    BOOLEAN,
    NOTHING
  }

  /**
   * A single value.
   *
   * @param text the value as it was written, without quotes
   */
  record Scalar(Origin origin, Kind kind, String text) implements ConfigNode {

    @Override
    public String found() {
      return switch (kind) {
        case TEXT -> "the text '" + text + "'";
        case NUMBER, BOOLEAN -> text;
        case NOTHING -> "empty";
      };
    }
  }

  /** Values in order. */
  record Sequence(Origin origin, List<ConfigNode> items) implements ConfigNode {

    public Sequence {
      items = List.copyOf(items);
    }

    @Override
    public String found() {
      return "a list of " + items.size();
    }

    Sequence with(int index, ConfigNode item) {
      List<ConfigNode> changed = new ArrayList<>(items);
      changed.set(index, item);
      return new Sequence(origin, changed);
    }
  }

  /**
   * Values by key, in the order written.
   *
   * @param members each key with the place where it stands
   */
  record Mapping(Origin origin, Map<String, Member> members) implements ConfigNode {

    public Mapping {
      members = Collections.unmodifiableMap(new LinkedHashMap<>(members));
    }

    @Override
    public String found() {
      return "a mapping";
    }

    /** The value of a key, or null if the key is not there. */
    @Nullable ConfigNode get(String key) {
      Member member = members.get(key);
      return member == null ? null : member.value();
    }

    Mapping with(String key, ConfigNode value) {
      Map<String, Member> changed = new LinkedHashMap<>(members);
      changed.put(key, new Member(value.origin(), value));
      return new Mapping(origin, changed);
    }
  }

  /** A key's place and its value. */
  record Member(Origin key, ConfigNode value) {}
}
