package org.cycleqd.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Clock;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.cycleqd.experiment.ConfigException;
import org.cycleqd.lm.DecodingLoop;
import org.cycleqd.lm.LiveModel;
import org.cycleqd.lm.text.ChatTemplate;
import org.cycleqd.serve.ModelServer;
import org.cycleqd.serve.ServedModel;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code cycleqd serve}. */
@Command(
    name = "serve",
    description = {
      "Offer a model to programs on this machine by the OpenAI protocol.",
      "",
      "Answers /v1/models, /v1/completions and /v1/chat/completions on the loopback interface, whole"
          + " or streamed, until it is interrupted. No key is needed. All requests share batches."
    },
    footer = {
      "  cycleqd serve --model experiments/models/pico/code --port 8000",
      "  curl http://127.0.0.1:8000/v1/completions -H 'Content-Type: application/json' \\",
      "    -d '{\"prompt\": \"py: sort x =>\", \"temperature\": 0}'"
    })
final class ServeCommand implements Callable<Integer> {

  /** Longer contexts have to be asked for, since each row's cache is allocated in advance. */
  private static final int USUAL_CONTEXT = 2048;

  private final Terminal terminal;

  @Mixin private final ModelToRun model = new ModelToRun();

  @Option(
      names = "--port",
      defaultValue = "8000",
      paramLabel = "N",
      description = "0 for any free one; default ${DEFAULT-VALUE}.")
  private int port;

  @Option(
      names = "--name",
      paramLabel = "NAME",
      description = "What clients call the model; default: the folder's name.")
  private @Nullable String name;

  @Option(
      names = "--rows",
      defaultValue = "8",
      paramLabel = "N",
      description = "Sequences that are decoded at once; default ${DEFAULT-VALUE}.")
  private int rows;

  @Option(
      names = "--context",
      paramLabel = "N",
      description =
          "Most tokens of a prompt and its answer; default: what the model allows, up to 2048.")
  private @Nullable Integer context;

  @Option(
      names = "--queue",
      defaultValue = "256",
      paramLabel = "N",
      description =
          "Sequences that may wait; clients that come then get status 429; default"
              + " ${DEFAULT-VALUE}.")
  private int queue;

  @Option(
      names = "--seed",
      defaultValue = "0",
      paramLabel = "N",
      description = "Of the draws for requests that name no seed; default ${DEFAULT-VALUE}.")
  private long seed;

  ServeCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws IOException {
    Positive.require("--rows", rows);
    ModelServer.Options options = options();
    model.use(this::positions, (opened, live) -> serve(opened, live, options));
    return ExitCode.OK;
  }

  private ModelServer.Options options() {
    try {
      return new ModelServer.Options(port, queue, seed);
    } catch (IllegalArgumentException e) {
      throw new ConfigException("--" + e.getMessage());
    }
  }

  private int positions(ModelToRun.Opened opened) {
    try {
      opened.requireTokenizer();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    int most = opened.config().maximumPositions();
    if (context == null) {
      return Math.min(most, USUAL_CONTEXT);
    }
    if (context < 2 || context > most) {
      throw new ConfigException("--context is %d, allowed: 2 to %d".formatted(context, most));
    }
    return context;
  }

  private void serve(ModelToRun.Opened opened, LiveModel live, ModelServer.Options options)
      throws IOException {
    String folder = String.valueOf(opened.folder().toAbsolutePath().normalize().getFileName());
    try (DecodingLoop loop = new DecodingLoop(live, rows, live.runtime().positions());
        ModelServer server =
            ModelServer.start(
                new ServedModel(
                    name == null ? folder : name,
                    loop,
                    opened.requireTokenizer(),
                    ChatTemplate.of(opened.folder()),
                    opened.config().specialTokens()),
                options,
                Clock.systemUTC())) {
      terminal
          .out()
          .printf(
              Locale.ROOT,
              "%s  model %s, %d tokens a sequence, %d sequences at a time%n",
              server.base(),
              name == null ? folder : name,
              loop.capacity(),
              rows);
      terminal.out().flush();
      untilInterrupted();
    }
  }

  /** Returns when the process is asked to end, and lets it end only after all is closed. */
  private static void untilInterrupted() {
    CountDownLatch asked = new CountDownLatch(1);
    Thread waiting = Thread.currentThread();
    Thread hook =
        new Thread(() -> {
          asked.countDown();
          try {
            // libtorch must not be torn down while it computes.
            waiting.join(10_000);
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
        });
    Runtime.getRuntime().addShutdownHook(hook);
    try {
      asked.await();
    } catch (InterruptedException e) {
      Runtime.getRuntime().removeShutdownHook(hook);
    }
  }
}
