package org.cycleqd.lm;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.cycleqd.checkpoint.Checkpoint;
import org.cycleqd.lm.text.Tokenizer;
import org.cycleqd.random.Draws;
import org.cycleqd.task.Asking;
import org.junit.jupiter.api.Test;

/** An answer that ends at a stop text is the whole answer up to there. */
class TextStopsTest {

  private static final int LIMIT = 60;
  private static final Path FOLDER =
      Path.of(System.getProperty("cycleqd.root", "."), "experiments/models/pico/code");

  @Test
  void whatIsCutIsTheSameAndLessIsDecoded() throws Exception {
    try (Checkpoint checkpoint = Checkpoint.open(FOLDER);
        Tokenizer tokenizer = Tokenizer.open(FOLDER);
        LlamaRuntime runtime =
            new LlamaRuntime(checkpoint.config(), checkpoint.config().maximumPositions());
        LiveModel model = new LiveModel(runtime)) {
      model.load(checkpoint);
      TextModel.Format format = TextModel.Format.of(checkpoint.config());
      List<int[]> prompts = new ArrayList<>();
      for (String text :
          List.of("py: sort x =>", "py: sum x", "sql: list", "sh: count", "é ü =>")) {
        prompts.add(format.prompt(tokenizer, text));
      }
      // Nothing but the limit ends these, so that there is much to cut.
      Generation whole = Generation.greedy(LIMIT, Set.of());
      List<String> texts = new ArrayList<>();
      List<int[]> full = new ArrayList<>();
      for (int[] prompt : prompts) {
        int[] ids = model.generate(List.of(request(prompt)), whole, 1).getFirst().ids();
        full.add(ids);
        texts.add(tokenizer.decode(ids));
      }
      int shorter = 0;
      int missing = 0;
      for (int trial = 0; trial < 16; trial++) {
        Draws draws = Draws.at(9, trial);
        List<String> stops = new ArrayList<>(List.of("never said"));
        for (int i = 0; i < 1 + draws.below(0, 3); i++) {
          String from = texts.get(draws.below(10 + i, texts.size()));
          int first = draws.below(20 + i, from.length() - 4);
          stops.add(from.substring(first, first + 1 + draws.below(30 + i, 4)));
        }
        Asking.Completion how = new Asking.Completion(stops, LIMIT);
        boolean drafts = draws.below(40, 2) == 1;
        List<Request> requests = new ArrayList<>();
        for (int i = 0; i < prompts.size(); i++) {
          requests.add(new Request(prompts.get(i), drafts ? full.get(i) : new int[0]));
        }
        List<Answer> answers =
            model.generate(requests, whole.until(TextStops.of(tokenizer, stops)), 3);
        for (int i = 0; i < answers.size(); i++) {
          int[] ids = answers.get(i).ids();
          String text = tokenizer.decode(ids);
          assertThat(how.cut(text)).as("stops %s", stops).isEqualTo(how.cut(texts.get(i)));
          boolean said = stops.stream().anyMatch(texts.get(i)::contains);
          assertThat(answers.get(i).ended()).isEqualTo(said);
          shorter += ids.length < LIMIT ? 1 : 0;
          missing += said ? 0 : 1;
          if (said) {
            // Without the last token it was not said yet.
            String before = tokenizer.decode(java.util.Arrays.copyOf(ids, ids.length - 1));
            assertThat(stops).noneMatch(before::contains);
          }
        }
      }
      assertThat(shorter).isGreaterThan(16);
      assertThat(missing).isPositive();
    }
  }

  @Test
  void aStopEndsTheWork() throws Exception {
    try (Checkpoint checkpoint = Checkpoint.open(FOLDER);
        Tokenizer tokenizer = Tokenizer.open(FOLDER);
        LlamaRuntime runtime =
            new LlamaRuntime(checkpoint.config(), checkpoint.config().maximumPositions());
        LiveModel model = new LiveModel(runtime)) {
      model.load(checkpoint);
      int[] prompt = TextModel.Format.of(checkpoint.config()).prompt(tokenizer, "py: sort x =>");
      Generation whole = Generation.greedy(LIMIT, Set.of());
      try (Decoder decoder = new Decoder(model, 1, 128)) {
        CompletableFuture<Answer> all = decoder.submit(request(prompt), whole);
        decoder.drain();
        long steps = decoder.work().steps();
        String text = tokenizer.decode(all.join().ids());
        CompletableFuture<Answer> cut =
            decoder.submit(
                request(prompt),
                whole.until(TextStops.of(tokenizer, List.of(text.substring(0, 2)))));
        decoder.drain();
        assertThat(cut.join().ids().length).isLessThan(5);
        assertThat(decoder.work().steps() - steps).isLessThan(steps);
      }
    }
  }

  private static Request request(int[] prompt) {
    return new Request(prompt, new int[0]);
  }
}
