package io.balsa.raft.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("The name of a server")
class NodeIdTest {

    @ParameterizedTest(name = "{0} is refused")
    @DisplayName("is a positive number")
    @ValueSource(longs = {0, -1, Long.MIN_VALUE})
    void refusesWhatIsNotPositive(long value) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> NodeId.of(value))
                .withMessage("a node id is a positive number, not " + value);
    }

    @Test
    @DisplayName("may be the largest number there is")
    void takesTheLargestNumber() {
        assertThat(NodeId.of(Long.MAX_VALUE).value()).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    @DisplayName("sorts by its number, not by its digits")
    void sortsByNumber() {
        List<NodeId> ids = new ArrayList<>(List.of(NodeId.of(10), NodeId.of(9), NodeId.of(Long.MAX_VALUE)));

        Collections.sort(ids);

        assertThat(ids).containsExactly(NodeId.of(9), NodeId.of(10), NodeId.of(Long.MAX_VALUE));
    }

    @Test
    @DisplayName("is the same as another of the same number")
    void equalsByNumber() {
        assertThat(NodeId.of(7)).isEqualTo(new NodeId(7)).hasSameHashCodeAs(new NodeId(7));
    }

    @Test
    @DisplayName("reads as n and its number")
    void readsAsN() {
        assertThat(NodeId.of(7)).hasToString("n7");
    }
}
