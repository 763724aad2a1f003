package org.cycleqd.llvm;

import static org.bytedeco.llvm.global.LLVM.LLVMCodeGenLevelDefault;
import static org.bytedeco.llvm.global.LLVM.LLVMCodeModelJITDefault;
import static org.bytedeco.llvm.global.LLVM.LLVMCreateMemoryBufferWithMemoryRangeCopy;
import static org.bytedeco.llvm.global.LLVM.LLVMCreatePassBuilderOptions;
import static org.bytedeco.llvm.global.LLVM.LLVMDisposePassBuilderOptions;
import static org.bytedeco.llvm.global.LLVM.LLVMGetErrorMessage;
import static org.bytedeco.llvm.global.LLVM.LLVMOrcCreateDynamicLibrarySearchGeneratorForProcess;
import static org.bytedeco.llvm.global.LLVM.LLVMOrcCreateLLJIT;
import static org.bytedeco.llvm.global.LLVM.LLVMOrcCreateLLJITBuilder;
import static org.bytedeco.llvm.global.LLVM.LLVMOrcCreateNewThreadSafeContext;
import static org.bytedeco.llvm.global.LLVM.LLVMOrcCreateNewThreadSafeModule;
import static org.bytedeco.llvm.global.LLVM.LLVMOrcDisposeLLJIT;
import static org.bytedeco.llvm.global.LLVM.LLVMOrcDisposeThreadSafeContext;
import static org.bytedeco.llvm.global.LLVM.LLVMOrcJITDylibAddGenerator;
import static org.bytedeco.llvm.global.LLVM.LLVMOrcJITTargetMachineBuilderCreateFromTargetMachine;
import static org.bytedeco.llvm.global.LLVM.LLVMOrcLLJITAddLLVMIRModule;
import static org.bytedeco.llvm.global.LLVM.LLVMOrcLLJITBuilderSetJITTargetMachineBuilder;
import static org.bytedeco.llvm.global.LLVM.LLVMOrcLLJITGetGlobalPrefix;
import static org.bytedeco.llvm.global.LLVM.LLVMOrcLLJITGetMainJITDylib;
import static org.bytedeco.llvm.global.LLVM.LLVMOrcLLJITLookup;
import static org.bytedeco.llvm.global.LLVM.LLVMOrcThreadSafeContextGetContext;
import static org.bytedeco.llvm.global.LLVM.LLVMParseIRInContext;
import static org.bytedeco.llvm.global.LLVM.LLVMRelocDefault;
import static org.bytedeco.llvm.global.LLVM.LLVMRunPasses;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.Collections;
import java.util.concurrent.atomic.AtomicBoolean;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.llvm.LLVM.LLVMErrorRef;
import org.bytedeco.llvm.LLVM.LLVMMemoryBufferRef;
import org.bytedeco.llvm.LLVM.LLVMModuleRef;
import org.bytedeco.llvm.LLVM.LLVMOrcDefinitionGeneratorRef;
import org.bytedeco.llvm.LLVM.LLVMOrcLLJITBuilderRef;
import org.bytedeco.llvm.LLVM.LLVMOrcLLJITRef;
import org.bytedeco.llvm.LLVM.LLVMOrcThreadSafeContextRef;
import org.bytedeco.llvm.LLVM.LLVMPassBuilderOptionsRef;
import org.bytedeco.llvm.LLVM.LLVMTargetMachineRef;
import org.jspecify.annotations.Nullable;

/** Functions in LLVM's intermediate representation, compiled for the processor at hand. */
public final class NativeCode implements AutoCloseable {

  /**
   * Variables into registers, and less to do; the rest of LLVM's passes costs more than it gains.
   */
  private static final String PASSES = "function(sroa,early-cse,simplifycfg,instcombine)";

  private final LLVMOrcLLJITRef jit;
  private final AtomicBoolean closed = new AtomicBoolean();

  private NativeCode(LLVMOrcLLJITRef jit) {
    this.jit = jit;
  }

  /**
   * Compiles functions.
   *
   * @param text a module, without target and data layout
   * @throws IllegalArgumentException if LLVM refuses it; the message says where
   * @throws IllegalStateException if the processor is {@linkplain Processor#find not served}
   */
  public static NativeCode compile(String text) {
    return compile(
        text,
        Processor.find()
            .orElseThrow(() -> new IllegalStateException("no compiler for this processor")));
  }

  /** Compiles functions for a processor whose instructions this one has. */
  static NativeCode compile(String text, Processor processor) {
    LLVMTargetMachineRef machine =
        processor.machine(LLVMCodeGenLevelDefault, LLVMRelocDefault, LLVMCodeModelJITDefault);
    LLVMOrcThreadSafeContextRef context = LLVMOrcCreateNewThreadSafeContext();
    try {
      LLVMModuleRef module = parse(context, text);
      LLVMPassBuilderOptionsRef options = LLVMCreatePassBuilderOptions();
      require(LLVMRunPasses(module, PASSES, machine, options));
      LLVMDisposePassBuilderOptions(options);
      LLVMOrcLLJITBuilderRef builder = LLVMOrcCreateLLJITBuilder();
      LLVMOrcLLJITBuilderSetJITTargetMachineBuilder(
          builder, LLVMOrcJITTargetMachineBuilderCreateFromTargetMachine(machine));
      LLVMOrcLLJITRef jit = new LLVMOrcLLJITRef();
      require(LLVMOrcCreateLLJIT(jit, builder));
      LLVMOrcDefinitionGeneratorRef generator = new LLVMOrcDefinitionGeneratorRef();
      require(
          LLVMOrcCreateDynamicLibrarySearchGeneratorForProcess(
              generator, LLVMOrcLLJITGetGlobalPrefix(jit), null, null));
      LLVMOrcJITDylibAddGenerator(LLVMOrcLLJITGetMainJITDylib(jit), generator);
      require(
          LLVMOrcLLJITAddLLVMIRModule(
              jit,
              LLVMOrcLLJITGetMainJITDylib(jit),
              LLVMOrcCreateNewThreadSafeModule(module, context)));
      return new NativeCode(jit);
    } finally {
      LLVMOrcDisposeThreadSafeContext(context);
    }
  }

  private static LLVMModuleRef parse(LLVMOrcThreadSafeContextRef context, String text) {
    LLVMMemoryBufferRef buffer =
        LLVMCreateMemoryBufferWithMemoryRangeCopy(text, text.length(), "module");
    LLVMModuleRef module = new LLVMModuleRef();
    BytePointer message = new BytePointer();
    if (LLVMParseIRInContext(LLVMOrcThreadSafeContextGetContext(context), buffer, module, message)
        != 0) {
      throw new IllegalArgumentException("LLVM refused the functions: " + message.getString());
    }
    return module;
  }

  private static void require(@Nullable LLVMErrorRef error) {
    if (error != null) {
      throw new IllegalArgumentException(
          "LLVM refused the functions: " + LLVMGetErrorMessage(error).getString());
    }
  }

  /**
   * A function that takes integers and addresses and returns nothing.
   *
   * @param parameters how many it takes, each a Java {@code long}
   */
  @SuppressWarnings("restricted") // the code is our own
  public MethodHandle function(String name, int parameters) {
    long[] address = new long[1];
    require(LLVMOrcLLJITLookup(jit, address, name));
    MemoryLayout[] types =
        Collections.nCopies(parameters, (MemoryLayout) ValueLayout.JAVA_LONG)
            .toArray(MemoryLayout[]::new);
    return Linker.nativeLinker()
        .downcallHandle(MemorySegment.ofAddress(address[0]), FunctionDescriptor.ofVoid(types));
  }

  /** Frees the machine code, once; its functions may not be called any more. */
  @Override
  public void close() {
    if (!closed.getAndSet(true)) {
      LLVMOrcDisposeLLJIT(jit);
    }
  }
}
