import torch
import torch.nn as nn
import torch.autograd.profiler as profiler
from torch.profiler import ProfilerActivity, profile, record_function, schedule
from common import Numbers


def main():
    numbers = Numbers(torch)
    model = nn.Sequential(nn.Linear(4, 8), nn.ReLU(), nn.Linear(8, 2))
    numbers.weights(model)
    optimizer = torch.optim.Adam(model.parameters(), lr=0.01)
    x, y = numbers.normal(6, 4), numbers.normal(6, 2)
    losses, seen = [], []

    def trace_handler(prof):
        averages = prof.key_averages(group_by_input_shape=True)
        assert "train" in averages.table(sort_by="self_cpu_time_total", row_limit=-1)
        names = ("train", "ProfilerStep*", "Optimizer.step#Adam.step")
        seen.extend(event.count for event in prof.key_averages() if event.key in names)

    with profile(
        activities=[ProfilerActivity.CPU],
        schedule=schedule(wait=1, warmup=1, active=3, repeat=1),
        on_trace_ready=trace_handler,
        record_shapes=True,
        profile_memory=True,
        with_stack=True,
    ) as prof:
        for _ in range(7):
            with record_function("train"):
                optimizer.zero_grad()
                loss = nn.functional.mse_loss(model(x), y)
                loss.backward()
                optimizer.step()
            losses.append(loss.item())
            prof.step()

    with profiler.profile(record_shapes=True) as prof:
        for _ in range(2):
            with profiler.record_function("model_inference"):
                model(x)
    (inference,) = [event for event in prof.key_averages() if event.key == "model_inference"]
    assert inference.cpu_time_total >= inference.self_cpu_time_total > 0
    return losses + sorted(seen) + [inference.count]
