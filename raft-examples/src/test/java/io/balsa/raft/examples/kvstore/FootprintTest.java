package io.balsa.raft.examples.kvstore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import io.balsa.raft.RaftConfig;
import io.balsa.raft.SnapshotConfig;
import io.balsa.raft.transport.http.HttpTransport;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("The limits of a server's queues")
class FootprintTest {

    private static final long MIB = 1 << 20;

    @ParameterizedTest(name = "{0} MiB")
    @ValueSource(longs = {16, 64, 192, 256, 1024, 4096, 65536})
    @DisplayName("are valid for any heap, and never above the library's defaults")
    void areValid(long heap) {
        Footprint footprint = Footprint.ofHeap(heap * MIB);

        RaftConfig config = footprint
                .limit(RaftConfig.builder())
                .maxCommandBytes(KvCodec.MAX_COMMAND_BYTES)
                .build();
        SnapshotConfig snapshots = footprint.limit(SnapshotConfig.builder()).build();

        RaftConfig defaults = RaftConfig.defaults();
        assertThat(config.maxPendingBytes()).isLessThanOrEqualTo(defaults.maxPendingBytes());
        assertThat(config.maxInflightBytes()).isLessThanOrEqualTo(defaults.maxInflightBytes());
        assertThat(config.maxInboxBytes()).isLessThanOrEqualTo(defaults.maxInboxBytes());
        assertThat(config.logCacheBytes()).isLessThanOrEqualTo(defaults.logCacheBytes());
        assertThat(snapshots.pieceBytes())
                .isLessThanOrEqualTo(SnapshotConfig.defaults().pieceBytes());
        assertThatCode(() -> footprint
                        .limit(HttpTransport.builder())
                        .listen("127.0.0.1:0")
                        .build())
                .doesNotThrowAnyException();
        assertThat(footprint.requestBytes()).isGreaterThan(KvCodec.MAX_VALUE_BYTES);
    }

    @Test
    @DisplayName("of a small heap, with two followers that take nothing, are not much more than a half of it together")
    void areSmallTogether() {
        long heap = 64 * MIB;
        Footprint footprint = Footprint.ofHeap(heap);
        RaftConfig config = footprint
                .limit(RaftConfig.builder())
                .maxCommandBytes(KvCodec.MAX_COMMAND_BYTES)
                .build();

        long queues = 2 * 2 * footprint.shareBytes(); // two lanes for each of two followers
        long all = config.maxPendingBytes()
                + 2 * config.maxInflightBytes()
                + config.maxInboxBytes()
                + config.logCacheBytes()
                + queues
                + 3L * footprint.requestBytes();

        assertThat(all).isLessThanOrEqualTo(heap * 6 / 10);
    }
}
