package org.cycleqd.torch;

import ai.djl.MalformedModelException;
import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.engine.PtSymbolBlock;
import ai.djl.pytorch.jni.IValue;
import ai.djl.pytorch.jni.IValueUtils;
import ai.djl.pytorch.jni.JniUtils;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;

/**
 * TorchScript source loaded into libtorch, with its methods callable from Java.
 *
 * <p>The source holds typed methods of one class; {@link #wrap} puts the class around them. A
 * program has no state of its own, so it may be called from several threads at once.
 */
public final class TorchProgram implements AutoCloseable {

  private static final String NAME = "Program";

  private final Model model;
  private final PtSymbolBlock block;

  private TorchProgram(Model model, PtSymbolBlock block) {
    this.model = model;
    this.block = block;
  }

  /**
   * Compiles methods. Each is written at an indentation of two spaces, with {@code self} typed as
   * {@code __torch__.Program}.
   *
   * @throws IllegalArgumentException if libtorch refuses the source; the message says where
   */
  public static TorchProgram load(String methods) {
    TorchRuntime.start();
    Model model = Model.newInstance("program", "PyTorch");
    try {
      byte[] archive = archive(methods);
      model.load(new ByteArrayInputStream(archive));
      return new TorchProgram(model, (PtSymbolBlock) model.getBlock());
    } catch (IOException | MalformedModelException | RuntimeException e) {
      model.close();
      throw new IllegalArgumentException("libtorch refused the program: " + e.getMessage(), e);
    }
  }

  /** The program as a file that any PyTorch opens with {@code torch.jit.load}. */
  private static byte[] archive(String methods) {
    return ScriptArchive.pack(NAME, wrap(methods));
  }

  private static String wrap(String methods) {
    return """
    class %s(Module):
      __parameters__ = []
      __buffers__ = []
      training : bool
      _is_full_backward_hook : NoneType
    """
            .formatted(NAME)
        + methods;
  }

  /**
   * Calls a method without recording gradients.
   *
   * @param manager owner of the results
   * @param arguments arrays, lists of arrays ({@link NDList}), integers, doubles, booleans or
   *     {@code long[]}, in the order of the method's parameters
   * @return the tensor, or the tensors of the list or tuple, that the method returns
   */
  public NDList call(NDManager manager, String method, Object... arguments) {
    prepareThread();
    IValue[] values = Arrays.stream(arguments).map(TorchProgram::value).toArray(IValue[]::new);
    try (IValue result = IValueUtils.runMethod(block, method, values)) {
      return result.toNDList((PtNDManager) manager);
    } finally {
      for (IValue value : values) {
        value.close();
      }
    }
  }

  /**
   * Settings that each calling thread has for itself. A thread that has not asked for the number of
   * threads yet would decompose small matrices with as many as the machine has, whatever was set.
   */
  private static void prepareThread() {
    JniUtils.setGraphExecutorOptimize(false);
    JniUtils.getNumThreads();
  }

  /**
   * Calls a method and records the operations, so that a gradient collector that is open can follow
   * them back to arguments that require gradients.
   *
   * @param arguments arrays only; the result goes to the manager of the first
   */
  public NDArray record(String method, List<NDArray> arguments) {
    prepareThread();
    NDList list = new NDList(arguments);
    NDArray name = list.getFirst().getManager().create(0f);
    name.setName("module_method:" + method);
    list.add(name);
    try {
      return IValueUtils.forward(block, list, true).singletonOrThrow();
    } finally {
      name.close();
    }
  }

  private static IValue value(Object argument) {
    return switch (argument) {
      case NDArray array -> IValue.from((PtNDArray) array);
      case NDList list -> IValue.listFrom(list.toArray(PtNDArray[]::new));
      case Integer number -> IValue.from(number.longValue());
      case Long number -> IValue.from(number.longValue());
      case Double number -> IValue.from(number.doubleValue());
      case Boolean flag -> IValue.from(flag.booleanValue());
      case long[] numbers -> IValue.listFrom(numbers);
      default ->
          throw new IllegalArgumentException(
              "a program takes no " + argument.getClass().getSimpleName());
    };
  }

  @Override
  public void close() {
    model.close();
  }
}
