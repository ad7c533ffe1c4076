package io.balsa.raft.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("The identity of a running server")
class NodeIdentityTest {

    @ParameterizedTest(name = "[{0}] is a cluster")
    @DisplayName("has a cluster named by letters, digits, dots, underscores and dashes")
    @ValueSource(
            strings = {
                "orders",
                "A",
                "eu-west_1.orders",
                "0123456789012345678901234567890123456789012345678901234567890123"
            })
    void takesAName(String cluster) {
        assertThat(new NodeIdentity(cluster, NodeId.of(1), 0).cluster()).isEqualTo(cluster);
    }

    @ParameterizedTest(name = "[{0}] is refused")
    @DisplayName("has no cluster of any other name")
    @ValueSource(
            strings = {"", "a b", "a/b", "ä", "a\n", "01234567890123456789012345678901234567890123456789012345678901234"
            })
    void refusesAnyOtherName(String cluster) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new NodeIdentity(cluster, NodeId.of(1), 0))
                .withMessageContaining("unlike '" + cluster + "'");
    }

    @Test
    @DisplayName("reads as cluster, node and store")
    void readsAsItsParts() {
        assertThat(new NodeIdentity("orders", NodeId.of(1), 255)).hasToString("orders/n1/ff");
    }
}
