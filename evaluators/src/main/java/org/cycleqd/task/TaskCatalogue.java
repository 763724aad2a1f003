package org.cycleqd.task;

import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.SequencedSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.function.Supplier;

/** The tasks that configs and commands can name. A task is made when it is first asked for. */
public final class TaskCatalogue {
  private final SequencedMap<String, Maker> makers;
  private final Map<Key, Task> made = new ConcurrentHashMap<>();

  private record Key(String type, Optional<Data> data) {}

  /**
   * A user's file.
   *
   * @param digest its SHA-256 in hexadecimal digits, or empty if any will do
   */
  public record Data(Path path, String digest) {}

  /** Makes a task. */
  public sealed interface Maker {

    /** From data that ships with the project, or without any. */
    static Maker shipped(Supplier<Task> maker) {
      return new Shipped(maker);
    }

    /** From a user's file. */
    static Maker fromFile(Function<Data, Task> maker) {
      return new FromFile(maker);
    }
  }

  private record Shipped(Supplier<Task> make) implements Maker {}

  private record FromFile(Function<Data, Task> make) implements Maker {}

  /**
   * Copies the map, keeping its order.
   *
   * @param makers by type, such as {@code pico-code}
   */
  public TaskCatalogue(SequencedMap<String, Maker> makers) {
    this.makers = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(makers));
  }

  /** The types of tasks, in order. */
  public SequencedSet<String> types() {
    return makers.sequencedKeySet();
  }

  /** Whether a type needs a file of the user's. */
  public boolean needsData(String type) {
    return makers.get(type) instanceof FromFile;
  }

  /**
   * The task of a type.
   *
   * @param data the file that it is over, for a type that needs one
   * @throws IllegalArgumentException if there is no such type, the message lists those there are;
   *     if a file is given to a type that has none, or is missing; or if its content is not as it
   *     should be
   * @throws java.io.UncheckedIOException if the file cannot be read or has another digest
   */
  public Task task(String type, Optional<Data> data) {
    Maker maker = makers.get(type);
    return switch (maker) {
      case null ->
          throw new IllegalArgumentException(
              "there is no task type '%s', known: %s".formatted(type, String.join(", ", types())));
      case Shipped shipped -> {
        if (data.isPresent()) {
          throw new IllegalArgumentException(
              "task %s has its own data, found %s".formatted(type, data.get().path()));
        }
        yield made.computeIfAbsent(new Key(type, data), _ -> shipped.make().get());
      }
      case FromFile fromFile -> {
        Data file =
            data.orElseThrow(() ->
                new IllegalArgumentException("task %s needs data: name a file".formatted(type)));
        yield made.computeIfAbsent(new Key(type, data), _ -> fromFile.make().apply(file));
      }
    };
  }
}
