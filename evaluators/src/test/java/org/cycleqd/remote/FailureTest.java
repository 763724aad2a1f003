package org.cycleqd.remote;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.cycleqd.lm.Sampling;
import org.cycleqd.remote.TestServer.Answer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is repeated, after which wait, and what failures say. Waits are taken by a manual clock. */
class FailureTest {

  private static final Answer GOOD = Answer.json("{\"choices\": [{\"text\": \"ok\"}]}");
  private static final CompletionRequest REQUEST =
      CompletionRequest.of("?", Sampling.greedy(), Limits.of(2));

  private final ManualTiming timing = new ManualTiming();

  private OpenAiClient client(Endpoint endpoint) {
    return new OpenAiClient(endpoint, Map.of("MY_KEY", "sk-secret")::get, timing);
  }

  private String answered(TestServer server) throws Exception {
    try (server;
        OpenAiClient client = client(server.endpoint())) {
      return client.complete(REQUEST).text();
    }
  }

  private RemoteException failure(Endpoint endpoint) {
    try (OpenAiClient client = client(endpoint)) {
      return catchThrowableOfType(RemoteException.class, () -> client.complete(REQUEST));
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {408, 409, 425, 429, 500, 502, 503, 504})
  void repeatsAfterPassingFailuresWithGrowingRandomWaits(int status) throws Exception {
    Answer bad = Answer.json(status, "{\"error\": {\"message\": \"overloaded\"}}");
    assertThat(answered(TestServer.inTurn(bad, bad, GOOD))).isEqualTo("ok");
    assertThat(timing.sleeps()).hasSize(2);
    for (int attempt = 1; attempt <= 2; attempt++) {
      assertThat(timing.sleeps().get(attempt - 1))
          .isBetween(Duration.ZERO, Retries.DEFAULT.bound(attempt));
    }
  }

  @Test
  void callsDrawDifferentWaitsAndTheSameAgainFromTheSameSeed() throws Exception {
    Answer bad = Answer.json(503, "");
    for (int round = 0; round < 2; round++) {
      try (TestServer server = TestServer.inTurn(bad, GOOD, bad, GOOD);
          OpenAiClient client = client(server.endpoint())) {
        client.complete(REQUEST);
        client.complete(REQUEST);
      }
    }
    assertThat(timing.sleeps()).hasSize(4);
    assertThat(timing.sleeps().subList(0, 2)).doesNotHaveDuplicates();
    assertThat(timing.sleeps().subList(2, 4)).isEqualTo(timing.sleeps().subList(0, 2));
  }

  @ParameterizedTest
  @ValueSource(ints = {400, 401, 403, 404, 413, 422})
  void doesNotRepeatWhatWillNotPass(int status) throws Exception {
    try (TestServer server =
        TestServer.inTurn(Answer.json(status, "{\"detail\": \"no such thing\"}"))) {
      RemoteException failure = failure(server.endpoint());
      assertThat(failure.status()).isEqualTo(status);
      assertThat(failure.address()).isEqualTo(server.endpoint().call("completions"));
      assertThat(failure)
          .hasMessage(
              "POST %s/v1/completions: status %d: found 'no such thing', expected success",
              server.address(), status);
      assertThat(server.seen()).hasSize(1);
      assertThat(timing.sleeps()).isEmpty();
    }
  }

  @Test
  void givesUpAfterTheLastAttemptAndSaysWhy() throws Exception {
    try (TestServer server = TestServer.inTurn(Answer.json(503, "{\"message\": \"loading\"}"))) {
      assertThat(failure(server.endpoint()))
          .hasMessageEndingWith("status 503: found 'loading', expected success (attempt 5 of 5)");
      assertThat(server.seen()).hasSize(5);
      assertThat(timing.sleeps()).hasSize(4);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"20", "Sun, 01 Mar 2026 12:00:20 GMT"})
  void waitsAsLongAsTheServerAsks(String header) throws Exception {
    Answer busy = Answer.json(429, "{}").with("Retry-After", header);
    assertThat(answered(TestServer.inTurn(busy, GOOD))).isEqualTo("ok");
    assertThat(timing.sleeps()).hasSize(1);
    assertThat(timing.sleeps().getFirst())
        .isBetween(Duration.ofSeconds(20), Duration.ofSeconds(20).plus(Retries.DEFAULT.bound(1)));
  }

  @Test
  void waitsNoLongerThanTheLongestAsked() throws Exception {
    Answer busy = Answer.json(429, "{}").with("Retry-After", "86400");
    assertThat(answered(TestServer.inTurn(busy, GOOD))).isEqualTo("ok");
    assertThat(timing.sleeps().getFirst())
        .isBetween(Duration.ofMinutes(2), Duration.ofMinutes(2).plus(Retries.DEFAULT.bound(1)));
  }

  @Test
  void doesNotWaitBeyondTheDeadline() throws Exception {
    Answer busy = Answer.json(429, "{\"error\": \"busy\"}").with("Retry-After", "100");
    try (TestServer server = TestServer.inTurn(busy)) {
      Timeouts timeouts =
          new Timeouts(Duration.ofSeconds(1), Duration.ofSeconds(9), Duration.ofSeconds(250));
      assertThat(failure(server.endpoint().with(timeouts)))
          .hasMessageContaining("found 'busy'")
          .hasMessageEndingWith(
              "(attempt 3 of 5; another would come after the deadline of PT4M10S)");
      assertThat(timing.sleeps()).hasSize(2);
    }
  }

  @Test
  void sendsTheKeyAndHidesItWhereAServerRepeatsIt() throws Exception {
    String error = "{\"error\": {\"message\": \"Incorrect API key: sk-secret. Bearer sk-secret\"}}";
    try (TestServer server = TestServer.inTurn(Answer.json(401, error))) {
      RemoteException failure = failure(server.endpoint().withKey("MY_KEY"));
      assertThat(server.seen()).hasSize(1);
      assertThat(server.seen().getFirst().header("Authorization")).isEqualTo("Bearer sk-secret");
      assertThat(failure)
          .hasMessageContaining("Incorrect API key: [API key]. Bearer [API key]")
          .hasStackTraceContaining("401");
      assertThat(failure).message().doesNotContain("sk-secret");
    }
  }

  @Test
  void hidesAKeyThatTheCutOfALongMessageWouldSplit() throws Exception {
    for (int length = 390; length <= 400; length++) {
      String error = "{\"error\": \"" + "x".repeat(length) + "sk-secret" + "\"}";
      try (TestServer server = TestServer.inTurn(Answer.json(401, error))) {
        RemoteException failure = failure(server.endpoint().withKey("MY_KEY"));
        assertThat(failure).message().doesNotContain("sk-").hasSizeLessThan(600);
      }
    }
  }

  @Test
  void doesNotFollowRedirections() throws Exception {
    try (TestServer other = TestServer.inTurn(GOOD);
        TestServer server =
            TestServer.inTurn(
                Answer.json(307, "").with("Location", other.address() + "/v1/completions"))) {
      assertThat(failure(server.endpoint().withKey("MY_KEY")))
          .hasMessageContaining("status 307: found a redirection to " + other.address());
      assertThat(other.seen()).isEmpty();
    }
  }

  @Test
  void quotesAPageInPlaceOfJson() throws Exception {
    String page = "<html>\n<body>\n  Welcome to the proxy" + " x".repeat(500) + "</body></html>";
    try (TestServer server =
        TestServer.inTurn(new Answer(200, "text/html; charset=utf-8", Map.of(), page))) {
      assertThat(failure(server.endpoint()))
          .hasMessageContaining("status 200: found content of type text/html; charset=utf-8")
          .hasMessageContaining("('<html> <body> Welcome to the proxy x x")
          .hasMessageEndingWith("...'), expected application/json");
      assertThat(server.seen()).hasSize(1);
    }
  }

  @Test
  void aPageThatSaysThatTheServerIsAwayIsAReasonToRepeat() throws Exception {
    Answer page = new Answer(502, "text/html", Map.of(), "<h1>502 Bad Gateway</h1>");
    assertThat(answered(TestServer.inTurn(page, GOOD))).isEqualTo("ok");
  }

  @Test
  void jsonWithoutItsTypeIsRead() throws Exception {
    assertThat(answered(TestServer.inTurn(new Answer(200, "", Map.of(), GOOD.body()))))
        .isEqualTo("ok");
  }

  @Test
  void anErrorWithStatus200IsAFailure() throws Exception {
    try (TestServer server =
        TestServer.inTurn(Answer.json("{\"error\": {\"message\": \"no\", \"code\": \"bad\"}}"))) {
      assertThat(failure(server.endpoint()))
          .hasMessageContaining("status 200: found the error 'no', expected an answer");
      assertThat(server.seen()).hasSize(1);
    }
  }

  @Test
  void anErrorOfOlderServersWithStatus200IsAFailure() throws Exception {
    String error = "{\"object\": \"error\", \"message\": \"too long\", \"code\": 400}";
    try (TestServer server = TestServer.inTurn(Answer.json(error))) {
      assertThat(failure(server.endpoint())).hasMessageContaining("found the error 'too long'");
    }
  }

  @Test
  void bytesThatAreNoTextAreRefused() throws Exception {
    try (BrokenServer server =
        new BrokenServer((_, out) -> {
          BrokenServer.beginChunks(out);
          out.write("9\r\n{\"a\":\"\u00ff\"}\r\n0\r\n\r\n".getBytes(StandardCharsets.ISO_8859_1));
        })) {
      assertThat(failure(server.endpoint()))
          .hasMessageContaining("status 200: found malformed JSON")
          .hasMessageContaining("UTF-8");
      assertThat(server.connections()).isEqualTo(1);
    }
  }

  @Test
  void anErrorWithStatus200IsRepeatedIfItsCodePasses() throws Exception {
    Answer inner = Answer.json("{\"error\": {\"message\": \"upstream\", \"code\": 502}}");
    assertThat(answered(TestServer.inTurn(inner, GOOD))).isEqualTo("ok");
  }

  @Test
  void aSlowAnswerIsDroppedAndAskedForAgain() throws Exception {
    CountDownLatch never = new CountDownLatch(1);
    try (TestServer server =
        new TestServer(_ -> {
          never.await();
          return GOOD;
        })) {
      Timeouts timeouts =
          new Timeouts(Duration.ofSeconds(5), Duration.ofMillis(150), Duration.ofMinutes(1));
      Retries twice = new Retries(2, Duration.ofMillis(1), Duration.ofMillis(1), Duration.ZERO, 0);
      assertThat(failure(server.endpoint().with(timeouts).with(twice)))
          .hasMessageContaining("found no complete answer within PT0.15S (attempt 2 of 2)");
      assertThat(server.seen()).hasSize(2);
    }
  }

  @Test
  void aRefusedConnectionIsTriedAgain() throws Exception {
    assertThat(failure(Endpoint.of(URI.create("http://127.0.0.1:" + unusedPort()), "m")))
        .hasMessageContaining("found ConnectException")
        .hasMessageEndingWith("expected an answer (attempt 5 of 5)")
        .hasCauseInstanceOf(IOException.class)
        .extracting(RemoteException::status)
        .isEqualTo(0);
    assertThat(timing.sleeps()).hasSize(4);
  }

  private static int unusedPort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  @Test
  void aConnectionThatIsResetInMidBodyIsTriedAgain() throws Exception {
    try (BrokenServer server =
        new BrokenServer((socket, out) -> {
          BrokenServer.write(
              out,
              "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 99\r\n\r\n{\"ch");
          socket.setSoLinger(true, 0);
        })) {
      assertThat(failure(server.endpoint()))
          .hasMessageContaining("found IOException")
          .hasMessageContaining("expected an answer (attempt 5 of 5)");
      assertThat(server.connections()).isEqualTo(5);
    }
  }

  @Test
  void aTruncatedChunkedBodyIsTriedAgain() throws Exception {
    try (BrokenServer server =
        new BrokenServer((_, out) -> {
          BrokenServer.beginChunks(out);
          BrokenServer.write(out, "5\r\n{\"cho\r\n20\r\nices");
        })) {
      assertThat(failure(server.endpoint())).hasMessageContaining("(attempt 5 of 5)");
      assertThat(server.connections()).isEqualTo(5);
    }
  }

  @Test
  void anEndlessBodyIsCutAndNotAskedForAgain() throws Exception {
    try (BrokenServer server =
        new BrokenServer((_, out) -> {
          BrokenServer.beginChunks(out);
          while (true) {
            BrokenServer.write(out, "400\r\n" + " ".repeat(1024) + "\r\n");
          }
        })) {
      assertThat(failure(server.endpoint().within(1, 100_000)))
          .hasMessageContaining("found more than 100000 bytes, expected at most that many");
      assertThat(server.connections()).isEqualTo(1);
      server.awaitDrops(1);
    }
  }

  @Test
  void aBodyThatTricklesInIsDroppedWhenItsTimeIsUp() throws Exception {
    try (BrokenServer server = new BrokenServer((_, out) -> BrokenServer.trickle(out))) {
      Timeouts timeouts =
          new Timeouts(Duration.ofSeconds(5), Duration.ofMillis(200), Duration.ofMinutes(1));
      Retries once = new Retries(1, Duration.ZERO, Duration.ZERO, Duration.ZERO, 0);
      assertThat(failure(server.endpoint().with(timeouts).with(once)))
          .hasMessageContaining("found no complete answer within PT0.2S");
      server.awaitDrops(1);
    }
  }

  @Test
  void whatIsNoHttpIsQuotedWithoutTheKey() throws Exception {
    try (BrokenServer server =
        new BrokenServer((_, out) ->
            BrokenServer.write(out, "SSH-2.0-OpenSSH_9.2 sk-secret" + "x".repeat(1000) + "\r\n"))) {
      RemoteException failure = failure(server.endpoint().withKey("MY_KEY"));
      assertThat(failure)
          .message()
          .contains("SSH-2.0-OpenSSH_9.2 [API key]xxx")
          .hasSizeLessThan(600);
      StringWriter trace = new StringWriter();
      failure.printStackTrace(new PrintWriter(trace));
      assertThat(trace.toString()).doesNotContain("sk-secret");
    }
  }
}
