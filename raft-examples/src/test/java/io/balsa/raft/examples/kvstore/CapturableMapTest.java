package io.balsa.raft.examples.kvstore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("A map that can be captured")
class CapturableMapTest {

    private final CapturableMap<Integer> map = new CapturableMap<>();

    @Test
    @DisplayName("shows changes at once, and to no view that was taken before")
    void viewsStayAsTheyWere() {
        map.put("kept", 1);
        map.put("changed", 1);
        map.put("removed", 1);
        CapturableMap.View<Integer> view = map.capture();

        map.put("changed", 2);
        map.put("new", 2);

        assertThat(map.remove("removed")).isTrue();
        assertThat(map.remove("removed")).isFalse();
        assertThat(map.get("kept")).contains(1);
        assertThat(map.get("changed")).contains(2);
        assertThat(map.get("new")).contains(2);
        assertThat(map.get("removed")).isEmpty();
        assertThat(view.contents())
                .containsOnly(Map.entry("kept", 1), Map.entry("changed", 1), Map.entry("removed", 1));
    }

    @Test
    @DisplayName("has one view at a time")
    void hasOneView() {
        CapturableMap.View<Integer> first = map.capture();

        assertThatThrownBy(map::capture).isInstanceOf(IllegalStateException.class);
        first.close();
        assertThat(map.capture().contents()).isEmpty();
    }

    @Test
    @DisplayName("can be cleared under a view")
    void clears() {
        map.put("a", 1);
        CapturableMap.View<Integer> view = map.capture();

        map.clear();
        map.put("b", 2);

        assertThat(map.get("a")).isEmpty();
        assertThat(view.contents()).containsOnly(Map.entry("a", 1));
        assertThat(map.capture().contents()).containsOnly(Map.entry("b", 2));
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3, 4, 5})
    @DisplayName("is a map like any other, whenever views come and go")
    void behavesLikeAMap(long seed) {
        Random random = new Random(seed);
        Map<String, Integer> model = new HashMap<>();
        Map<String, Integer> captured = Map.of();
        Optional<CapturableMap.View<Integer>> view = Optional.empty();
        for (int step = 0; step < 20_000; step++) {
            String key = "k" + random.nextInt(200);
            switch (random.nextInt(100)) {
                case 0 -> {
                    view.ifPresent(CapturableMap.View::close);
                    captured = Map.copyOf(model);
                    view = Optional.of(map.capture());
                }
                case 1 -> {
                    view.ifPresent(CapturableMap.View::close);
                    view = Optional.empty();
                }
                case 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14 ->
                    assertThat(map.remove(key)).isEqualTo(model.remove(key) != null);
                default -> {
                    map.put(key, step);
                    model.put(key, step);
                }
            }
            assertThat(map.get(key)).isEqualTo(Optional.ofNullable(model.get(key)));
            if (step % 97 == 0 && view.isPresent()) {
                assertThat(view.get().contents()).isEqualTo(captured);
            }
        }
        view.ifPresent(CapturableMap.View::close);
        assertThat(map.capture().contents()).isEqualTo(model);
    }
}
