package ai.narrows.ml.params;

import static org.assertj.core.api.Assertions.assertThat;

import ai.narrows.jobs.options.ParamOptions;
import ai.narrows.ml.Autoencoder;
import org.junit.jupiter.api.Test;

final class ParamSetTest {

  @Test
  void valuesThatOthersReadHaveNoCredentials() {
    Autoencoder autoencoder =
        new Autoencoder()
            .setInitModel("s3a://key:secret@bucket/model")
            .setCheckpointDir("hdfs://user:word@host/checkpoints")
            .setImageCol("a:b@c");
    assertThat(autoencoder.paramSet().values())
        .containsEntry("initModel", "\"s3a://bucket/model\"")
        .containsEntry("checkpointDir", "\"hdfs://host/checkpoints\"")
        .containsEntry("imageCol", "\"a:b@c\"")
        .containsEntry("hidden", "[128,64,12]");
    assertThat(ParamOptions.values(autoencoder))
        .containsEntry("initModel", "s3a://bucket/model")
        .containsEntry("checkpointDir", "hdfs://host/checkpoints")
        .containsEntry("imageCol", "a:b@c")
        .containsEntry("hidden", "128,64,12");
    assertThat(autoencoder.getInitModel()).isEqualTo("s3a://key:secret@bucket/model");
  }
}
