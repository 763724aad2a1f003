package org.cycleqd.dialogue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.cycleqd.lm.Sampling;
import org.cycleqd.lm.text.ChatMessage;
import org.cycleqd.remote.OpenAiClient;
import org.cycleqd.remote.RemoteException;
import org.cycleqd.remote.Retries;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Games with a scripted player behind a real HTTP server. */
class ConversationsTest {

  private static final DialogueLimits WIDE = new DialogueLimits(50, 16, 1000);

  private final AtomicInteger open = new AtomicInteger();
  private final AtomicInteger mostOpen = new AtomicInteger();

  private List<GuessingGame> games(int count) {
    return IntStream.range(0, count)
        .mapToObj(i -> new GuessingGame(i % 64, open, mostOpen))
        .toList();
  }

  private List<Transcript<Integer>> play(GuessingServer server, int games, DialogueLimits limits)
      throws IOException, InterruptedException {
    return play(server, games, limits, 100);
  }

  private List<Transcript<Integer>> play(
      GuessingServer server, int games, DialogueLimits limits, int atOnce)
      throws IOException, InterruptedException {
    try (OpenAiClient client = new OpenAiClient(server.endpoint())) {
      return new Conversations(new RemoteChat(client), limits, Sampling.greedy(), atOnce)
          .run(games(games), _ -> {});
    }
  }

  /** The number of guesses that bisection takes below 64. */
  private static int guesses(int secret) {
    int low = 0;
    int high = 64;
    for (int guesses = 1; ; guesses++) {
      int middle = (low + high) / 2;
      if (middle == secret) {
        return guesses;
      }
      low = middle < secret ? middle + 1 : low;
      high = middle < secret ? high : middle;
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 7, 300})
  void theResultsAreTheSameHoweverManyAreUnderWay(int atOnce) throws Exception {
    try (GuessingServer server = new GuessingServer(64)) {
      List<Transcript<Integer>> found = play(server, 128, WIDE, atOnce);
      for (int i = 0; i < found.size(); i++) {
        int expected = guesses(i % 64);
        Transcript<Integer> transcript = found.get(i);
        if (expected <= 5) {
          assertThat(transcript.ending()).isEqualTo(new Ending.Verdict<>(expected));
          assertThat(transcript.rounds()).isEqualTo(expected);
          assertThat(transcript.tokens()).isEqualTo(3 * expected);
          assertThat(transcript.messages()).hasSize(2 * expected + 1);
          assertThat(transcript.messages().getLast().content()).isEqualTo("" + i % 64);
        } else { // two messages, and two more for each reply, up to twelve: more than the context
          assertThat(transcript.ending()).isInstanceOf(Ending.NoRoom.class);
          assertThat(transcript.rounds()).isEqualTo(5);
        }
      }
      assertThat(open).hasValue(0);
      assertThat(mostOpen.get()).isBetween(1, atOnce);
    }
  }

  @Test
  void limitsEndADialogue() throws Exception {
    try (GuessingServer server = new GuessingServer(64)) {
      Transcript<Integer> rounds = play(server, 1, new DialogueLimits(2, 16, 1000)).getFirst();
      assertThat(rounds.ending()).isEqualTo(new Ending.RoundLimit<>(2));
      assertThat(rounds.rounds()).isEqualTo(2);
      assertThat(rounds.messages().getLast()).isEqualTo(ChatMessage.user("lower"));
      Transcript<Integer> tokens = play(server, 1, new DialogueLimits(9, 16, 7)).getFirst();
      assertThat(tokens.ending()).isEqualTo(new Ending.TokenLimit<>(9));
      assertThat(tokens.rounds()).isEqualTo(3);
      assertThat(tokens.tokens()).isEqualTo(9);
    }
    assertThatIllegalArgumentException().isThrownBy(() -> new DialogueLimits(0, 1, 1));
  }

  @Test
  void anEnvironmentThatFailsFailsAlone() throws Exception {
    try (GuessingServer server = new GuessingServer(0)) {
      assertThat(play(server, 3, WIDE))
          .hasSize(3)
          .allSatisfy(transcript -> {
            assertThat(transcript.ending().toString()).contains("Failed", "found 'no idea'");
            assertThat(transcript.messages()).hasSize(3);
          });
      assertThat(open).hasValue(0);
    }
  }

  @Test
  void aModelThatFailsEndsItAll() throws Exception {
    GuessingServer server = new GuessingServer(64);
    server.close();
    try (OpenAiClient client =
        new OpenAiClient(
            server
                .endpoint()
                .with(new Retries(1, Duration.ZERO, Duration.ZERO, Duration.ZERO, 0)))) {
      Conversations conversations =
          new Conversations(new RemoteChat(client), WIDE, Sampling.greedy(), 4);
      assertThatExceptionOfType(RemoteException.class)
          .isThrownBy(() -> conversations.run(games(20), _ -> {}));
      assertThat(open).hasValue(0);
    }
  }

  @Test
  void anInterruptionGivesAllUp() throws Exception {
    try (GuessingServer server = new GuessingServer(-1)) {
      AtomicReference<Exception> thrown = new AtomicReference<>();
      Thread player =
          Thread.ofPlatform()
              .start(() -> {
                try {
                  play(server, 40, WIDE, 8);
                } catch (IOException | InterruptedException e) {
                  thrown.set(e);
                }
              });
      server.awaitRequest();
      player.interrupt();
      player.join();
      assertThat(thrown.get()).isInstanceOf(InterruptedException.class);
      assertThat(open).hasValue(0);
    }
  }

  @Test
  void drawsDependOnDialogueAndRound() throws Exception {
    List<Long> first = seeds(1);
    assertThat(first).hasSize(9).doesNotHaveDuplicates();
    assertThat(seeds(3)).containsExactlyInAnyOrderElementsOf(first);
  }

  /** The seeds that a model is given, with three dialogues of three rounds. */
  private List<Long> seeds(int atOnce) throws IOException, InterruptedException {
    List<Long> seeds = new ArrayList<>();
    ChatModel model =
        (_, sampling, _) -> {
          synchronized (seeds) {
            seeds.add(sampling.seed());
          }
          return new Reply.Said("63", 1, false);
        };
    new Conversations(model, new DialogueLimits(3, 1, 9), new Sampling(1, 1, 5), atOnce)
        .run(games(3), _ -> {});
    return seeds;
  }
}
