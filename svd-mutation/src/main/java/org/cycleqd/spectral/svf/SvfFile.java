package org.cycleqd.spectral.svf;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SequencedMap;
import java.util.TreeMap;
import org.cycleqd.checkpoint.CheckpointException;
import org.cycleqd.tensor.DType;
import org.cycleqd.tensor.SafetensorsFile;
import org.cycleqd.tensor.SafetensorsWriter;
import org.cycleqd.tensor.TensorSource;
import org.cycleqd.tensor.TensorSpec;
import org.cycleqd.tensor.TensorView;

/**
 * SVF experts on disk: a safetensors file with one F32 vector for each matrix, under the matrix's
 * name, and the metadata {@code format}, {@code version}, {@code rule}, {@code base_digest} and
 * {@code vectors}, their number.
 */
public final class SvfFile {

  private static final String FORMAT = "cycleqd-svf";
  private static final String VERSION = "1";

  private SvfFile() {}

  /**
   * Writes a file, or leaves the folder as it was; an existing file is replaced.
   *
   * @throws IOException if it cannot be written
   */
  public static void write(Path file, SvfVectors expert) throws IOException {
    Map<String, String> metadata = new TreeMap<>();
    metadata.put("format", FORMAT);
    metadata.put("version", VERSION);
    metadata.put("rule", expert.rule().spelling());
    metadata.put("base_digest", expert.baseDigest());
    metadata.put("vectors", Integer.toString(expert.z().size()));
    List<TensorSpec> specs =
        expert.z().entrySet().stream()
            .map(vector -> TensorSpec.of(vector.getKey(), DType.F32, vector.getValue().length))
            .toList();
    SafetensorsWriter.write(
        file,
        metadata,
        specs,
        TensorSource.ofFloats(name -> Objects.requireNonNull(expert.z().get(name))));
  }

  /**
   * Reads a file. Whether it fits a base is {@link SvfVectors#requireBase}'s to say.
   *
   * @throws CheckpointException if it is no SVF expert, or one of another version
   * @throws org.cycleqd.tensor.SafetensorsException if it is malformed
   * @throws IOException if it cannot be read
   */
  public static SvfVectors read(Path file) throws IOException {
    try (SafetensorsFile opened = SafetensorsFile.open(file)) {
      require(file, opened, "format", FORMAT);
      require(file, opened, "version", VERSION);
      require(file, opened, "vectors", Integer.toString(opened.tensors().size()));
      String digest = opened.metadata().getOrDefault("base_digest", "none");
      if (!digest.matches("[0-9a-f]{64}")) {
        throw new CheckpointException(file, "base_digest", digest, "64 hexadecimal digits");
      }
      SequencedMap<String, float[]> z = new LinkedHashMap<>();
      for (TensorView view : opened.tensors().values()) {
        if (view.spec().dtype() != DType.F32 || view.spec().shape().size() != 1) {
          throw new CheckpointException(
              file,
              "tensor " + view.spec().name(),
              view.spec().dtype() + " " + view.spec().shape(),
              "a vector of F32");
        }
        z.put(view.spec().name(), view.toFloats());
      }
      try {
        SvfRule rule = SvfRule.of(opened.metadata().getOrDefault("rule", "none"));
        return new SvfVectors(digest, rule, z);
      } catch (IllegalArgumentException e) {
        throw new CheckpointException(file + ": " + e.getMessage());
      }
    }
  }

  private static void require(Path file, SafetensorsFile opened, String field, String expected)
      throws CheckpointException {
    String found = opened.metadata().getOrDefault(field, "none");
    if (!found.equals(expected)) {
      throw new CheckpointException(file, field, found, expected);
    }
  }
}
