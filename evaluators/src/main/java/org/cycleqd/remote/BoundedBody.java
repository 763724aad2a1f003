package org.cycleqd.remote;

import java.io.IOException;
import java.net.http.HttpResponse.BodySubscriber;
import java.net.http.HttpResponse.BodySubscribers;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow.Subscription;
import org.jspecify.annotations.Nullable;

/** Collects a body and stops reading where it becomes too long. */
final class BoundedBody implements BodySubscriber<byte[]> {

  /** Says that a body was too long; unlike other failures of input, it does not pass. */
  static final class TooLongException extends IOException {
    private static final long serialVersionUID = 1L;

    TooLongException(long limit) {
      super("found more than %d bytes, expected at most that many".formatted(limit));
    }
  }

  private final BodySubscriber<byte[]> bytes = BodySubscribers.ofByteArray();
  private final long limit;
  private long taken;
  private @Nullable Subscription subscription;

  BoundedBody(long limit) {
    this.limit = limit;
  }

  @Override
  public void onSubscribe(Subscription source) {
    this.subscription = source;
    bytes.onSubscribe(source);
  }

  @Override
  public void onNext(List<ByteBuffer> buffers) {
    taken += buffers.stream().mapToLong(ByteBuffer::remaining).sum();
    if (taken <= limit) {
      bytes.onNext(buffers);
    } else if (subscription != null) {
      subscription.cancel();
      bytes.onError(new TooLongException(limit));
    }
  }

  @Override
  public void onError(Throwable failure) {
    bytes.onError(failure);
  }

  @Override
  public void onComplete() {
    bytes.onComplete();
  }

  @Override
  public CompletionStage<byte[]> getBody() {
    return bytes.getBody();
  }
}
