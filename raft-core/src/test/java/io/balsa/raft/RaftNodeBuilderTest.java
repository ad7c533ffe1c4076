package io.balsa.raft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.balsa.raft.cluster.NodeId;
import io.balsa.raft.storage.MemoryStorage;
import io.balsa.raft.transport.LocalNetwork;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("A builder of a node")
class RaftNodeBuilderTest {

    private static RaftNode.Builder complete() {
        return RaftNode.builder()
                .cluster("orders")
                .id(1)
                .member(1, "local:1")
                .member(2, "local:2")
                .stateMachine(Command::data)
                .storage(new MemoryStorage())
                .transport(new LocalNetwork(1).transport());
    }

    @Test
    @DisplayName("makes a node that knows who it is, does nothing, and may be closed")
    void builds() {
        RaftNode node = complete().build();

        assertThat(node.identity().cluster()).isEqualTo("orders");
        assertThat(node.identity().node()).isEqualTo(NodeId.of(1));
        assertThat(node.status().membership().members().keySet()).containsExactly(NodeId.of(1), NodeId.of(2));
        assertThat(node.terminated()).isNotDone();
        node.close();
        assertThat(node.terminated()).isCompleted();
    }

    @Test
    @DisplayName("names everything that is missing, in one go")
    void missing() {
        assertThatThrownBy(() -> RaftNode.builder().build())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContainingAll(
                        "cluster is missing",
                        "id is missing",
                        "members are missing",
                        "stateMachine is missing",
                        "storage is missing",
                        "transport is missing");
    }

    @Test
    @DisplayName("names everything that is wrong, with what is missing")
    void wrong() {
        RaftNode.Builder builder = RaftNode.builder()
                .cluster("orders/2")
                .id(3)
                .member(1, "local:1")
                .member(1, "local:2")
                .stateMachine(Command::data)
                .storage(new MemoryStorage());

        assertThatThrownBy(builder::build)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContainingAll(
                        "'orders/2'",
                        "id 3 is not among the members [1, 1]",
                        "two members have the id 1",
                        "transport is missing");
    }

    @Test
    @DisplayName("of a node that joins wants the members of the cluster, without the node itself")
    void joins() {
        RaftNode node = complete().id(3).join().build();
        assertThat(node.status().membership().members().keySet()).containsExactly(NodeId.of(1), NodeId.of(2));
        assertThat(node.members()).isEmpty();
        node.close();

        assertThatThrownBy(() -> complete().join().build())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("id 1 joins, but is among the members [1, 2]");
        assertThatThrownBy(() -> RaftNode.builder().id(3).join().build())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("members are missing");
    }

    @Test
    @DisplayName("refuses at once what can never be right")
    @SuppressWarnings("NullAway") // that is the point
    void atOnce() {
        RaftNode.Builder builder = complete();

        assertThatThrownBy(() -> builder.id(0)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> builder.member(-1, "local:1")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> builder.cluster(null)).isInstanceOf(NullPointerException.class);
        assertThatThrownBy(() -> builder.stateMachine(null)).isInstanceOf(NullPointerException.class);
        assertThatThrownBy(() -> builder.storage(null)).isInstanceOf(NullPointerException.class);
        assertThatThrownBy(() -> builder.transport(null)).isInstanceOf(NullPointerException.class);
        assertThatThrownBy(() -> builder.config(null)).isInstanceOf(NullPointerException.class);
        assertThatThrownBy(() -> builder.callbackExecutor(null)).isInstanceOf(NullPointerException.class);
    }
}
