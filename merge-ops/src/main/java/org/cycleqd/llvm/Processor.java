package org.cycleqd.llvm;

import static org.bytedeco.llvm.global.LLVM.LLVMCreateTargetMachine;
import static org.bytedeco.llvm.global.LLVM.LLVMGetDefaultTargetTriple;
import static org.bytedeco.llvm.global.LLVM.LLVMGetHostCPUFeatures;
import static org.bytedeco.llvm.global.LLVM.LLVMGetHostCPUName;
import static org.bytedeco.llvm.global.LLVM.LLVMGetTargetFromTriple;
import static org.bytedeco.llvm.global.LLVM.LLVMInitializeX86AsmPrinter;
import static org.bytedeco.llvm.global.LLVM.LLVMInitializeX86Target;
import static org.bytedeco.llvm.global.LLVM.LLVMInitializeX86TargetInfo;
import static org.bytedeco.llvm.global.LLVM.LLVMInitializeX86TargetMC;

import java.util.List;
import java.util.Optional;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.llvm.LLVM.LLVMTargetMachineRef;
import org.bytedeco.llvm.LLVM.LLVMTargetRef;

/**
 * The processor at hand, as LLVM names it.
 *
 * @param name a family, such as {@code znver3}
 * @param features what it has, such as {@code +avx2,-avx512f}
 */
public record Processor(String name, String features) {

  /**
   * A system property; where it is {@code false} nothing is compiled and libtorch does the work.
   */
  private static final String SWITCH = "cycleqd.compile";

  private static final Optional<Processor> HERE = look();

  /**
   * The processor, if functions can be compiled for it: an x86-64 with 256-bit vectors and fused
   * multiplication and addition, and an LLVM for the operating system on the class path.
   */
  public static Optional<Processor> find() {
    return HERE;
  }

  private static Optional<Processor> look() {
    if (!Boolean.parseBoolean(System.getProperty(SWITCH, "true"))) {
      return Optional.empty();
    }
    try {
      LLVMInitializeX86TargetInfo();
      LLVMInitializeX86Target();
      LLVMInitializeX86TargetMC();
      LLVMInitializeX86AsmPrinter();
      Processor here =
          new Processor(LLVMGetHostCPUName().getString(), LLVMGetHostCPUFeatures().getString());
      return Optional.of(here).filter(found -> found.has("avx2") && found.has("fma"));
    } catch (LinkageError e) {
      return Optional.empty(); // no LLVM for this system
    }
  }

  private boolean has(String feature) {
    return List.of(features.split(",")).contains("+" + feature);
  }

  /** Whether there are 32 registers of 512 bits, not only 16 of 256. */
  public boolean wide() {
    return has("avx512f") && has("avx512vl") && has("avx512dq") && has("avx512bw");
  }

  LLVMTargetMachineRef machine(int level, int relocation, int model) {
    BytePointer triple = LLVMGetDefaultTargetTriple();
    LLVMTargetRef target = new LLVMTargetRef();
    BytePointer message = new BytePointer();
    if (LLVMGetTargetFromTriple(triple, target, message) != 0) {
      throw new IllegalStateException(message.getString());
    }
    return LLVMCreateTargetMachine(
        target, triple.getString(), name, features, level, relocation, model);
  }
}
