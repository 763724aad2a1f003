package org.cycleqd.lm.text.jinja;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What an expression can be: Python's values as far as templates need them. */
sealed interface Value {

  /** Lists inside lists beyond this depth are refused. */
  int DEEPEST = 64;

  record Text(String text) implements Value {}

  /** Text that went through {@code safe}: joined to other text it would escape that. */
  record Markup(String text) implements Value {}

  record Int(long value) implements Value {}

  record Real(double value) implements Value {}

  record Bool(boolean value) implements Value {}

  enum None implements Value {
    NONE
  }

  /** What is not there; printed it is empty, anything else is an error. */
  record Undefined(String what) implements Value {}

  /** How Python would print and treat a sequence. */
  enum Kind {
    LIST,
    TUPLE,
    /** A range or the keys, values or items of a map. */
    VIEW
  }

  /** Values in order. */
  record Seq(Kind kind, List<Value> items, int depth) implements Value {

    Seq(Kind kind, List<Value> items) {
      this(kind, Collections.unmodifiableList(items), deeper(items));
    }

    static Seq list(List<Value> items) {
      return new Seq(Kind.LIST, items);
    }

    static Seq tuple(Value... items) {
      return new Seq(Kind.TUPLE, List.of(items));
    }
  }

  /** A map from text, in order of insertion. */
  record Dict(Map<String, Value> entries, int depth) implements Value {

    Dict(Map<String, Value> entries) {
      this(Collections.unmodifiableMap(entries), deeper(entries.values()));
    }
  }

  /** Items that Python would compute while they are read, and only once. */
  final class Stream implements Value {
    private final List<Value> items;
    private boolean read;

    Stream(List<Value> items) {
      this.items = items;
    }

    List<Value> read() {
      if (read) {
        throw new Refusal("found a generator that was read before, expected a list");
      }
      read = true;
      return items;
    }
  }

  /** The only thing whose attributes a template may set. */
  final class Namespace implements Value {
    private final Map<String, Value> attributes;

    Namespace(Map<String, Value> attributes) {
      this.attributes = new LinkedHashMap<>(attributes);
    }

    Value get(String name) {
      return attributes.getOrDefault(name, new Undefined("namespace attribute '" + name + "'"));
    }

    void put(String name, Value value) {
      if (value instanceof Namespace) {
        throw new Refusal("a namespace cannot hold a namespace");
      }
      attributes.put(name, value);
    }
  }

  /** Anything that can be called. */
  record Function(String name, Body body) implements Value {

    /** What a call does. */
    @FunctionalInterface
    interface Body {
      Value call(Arguments arguments);
    }
  }

  /** The variable {@code loop}. */
  record Loop(List<Value> items, int index) implements Value {}

  private static int deeper(Iterable<Value> items) {
    int depth = 0;
    for (Value item : items) {
      depth = Math.max(depth, depth(item));
    }
    if (depth >= DEEPEST) {
      throw new Refusal("lists and maps nested more than %d deep".formatted(DEEPEST));
    }
    return depth + 1;
  }

  private static int depth(Value value) {
    return switch (value) {
      case Seq seq -> seq.depth();
      case Dict dict -> dict.depth();
      case Text _, Markup _, Int _, Real _, Bool _, None _, Undefined _ -> 0;
      case Stream _, Namespace _, Function _, Loop _ -> 0;
    };
  }
}
