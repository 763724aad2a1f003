package org.cycleqd.remote;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.cycleqd.lm.Sampling;
import org.cycleqd.remote.TestServer.Answer;
import org.junit.jupiter.api.Test;

class ConcurrencyTest {

  private static CompletionRequest request(int number) {
    return CompletionRequest.of("question %d.".formatted(number), Sampling.greedy(), Limits.of(2));
  }

  private static List<CompletionRequest> requests(int count) {
    return IntStream.range(0, count).mapToObj(ConcurrencyTest::request).toList();
  }

  private static Answer echoed(TestServer.Seen seen) {
    String number = seen.body().replaceFirst(".*question (\\d+)\\..*", "$1");
    return Answer.json("{\"choices\": [{\"text\": \"%s\"}]}".formatted(number));
  }

  @Test
  void manyRequestsRunAtOnceUpToTheBoundAndAreAnsweredInOrder() throws Exception {
    // The server answers only when four requests are there together: fewer would never end.
    CyclicBarrier four = new CyclicBarrier(4);
    try (TestServer server =
            new TestServer(seen -> {
              try {
                four.await();
              } catch (BrokenBarrierException e) {
                throw new IllegalStateException(e);
              }
              return echoed(seen);
            });
        OpenAiClient client = new OpenAiClient(server.endpoint().within(4, 1 << 20))) {
      assertThat(client.completeAll(requests(40)))
          .extracting(Completion::text)
          .containsExactlyElementsOf(IntStream.range(0, 40).mapToObj(Integer::toString).toList());
      assertThat(server.mostOpen()).isEqualTo(4);
      assertThat(server.seen()).hasSize(40);
    }
  }

  @Test
  void noRequestsHaveNoAnswers() throws Exception {
    try (TestServer server = new TestServer(ConcurrencyTest::echoed);
        OpenAiClient client = new OpenAiClient(server.endpoint())) {
      assertThat(client.completeAll(List.of())).isEmpty();
      assertThat(server.seen()).isEmpty();
    }
  }

  @Test
  void theFirstFailureCancelsTheOthers() throws Exception {
    CountDownLatch never = new CountDownLatch(1);
    try (TestServer server =
            new TestServer(seen -> {
              if (seen.body().contains("question 3.")) {
                return Answer.json(400, "{\"error\": \"too long\"}");
              }
              never.await();
              return echoed(seen);
            });
        OpenAiClient client = new OpenAiClient(server.endpoint().within(64, 1 << 20))) {
      assertThatThrownBy(() -> client.completeAll(requests(20)))
          .isInstanceOf(RemoteException.class)
          .hasMessageContaining("found 'too long'");
    }
  }

  @Test
  void anInterruptionCancelsWhatIsInFlight() throws Exception {
    CountDownLatch arrived = new CountDownLatch(3);
    try (BrokenServer server =
            new BrokenServer((_, out) -> {
              arrived.countDown();
              BrokenServer.trickle(out);
            });
        OpenAiClient client = new OpenAiClient(server.endpoint().within(3, 1 << 20))) {
      AtomicReference<Throwable> thrown = new AtomicReference<>();
      Thread asking =
          Thread.ofVirtual()
              .start(() -> {
                try {
                  client.completeAll(requests(9));
                } catch (RemoteException | InterruptedException e) {
                  thrown.set(e);
                }
              });
      arrived.await();
      asking.interrupt();
      asking.join();
      assertThat(thrown.get()).isInstanceOf(InterruptedException.class);
      server.awaitDrops(3);
    }
  }
}
