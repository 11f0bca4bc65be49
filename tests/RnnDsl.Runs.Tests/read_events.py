"""Prints what TensorBoard's own reader finds in a folder of event files: a line for each tag of each kind."""
import sys

from tensorboard.backend.event_processing import event_accumulator
from tensorboard.plugins.hparams import plugin_data_pb2

events = event_accumulator.EventAccumulator(sys.argv[1], size_guidance={"scalars": 0, "histograms": 0, "tensors": 0})
events.Reload()
tags = events.Tags()
for tag in tags["scalars"]:
    for event in events.Scalars(tag):
        print("scalar", tag, event.step, "%.9g" % event.value, sep="\t")
for tag in tags["histograms"]:
    for event in events.Histograms(tag):
        print("histogram", tag, event.step, "%g" % event.histogram_value.num, sep="\t")
for tag in events.PluginTagToContent("text"):
    print("text", tag, sep="\t")
for tag, content in sorted(events.PluginTagToContent("hparams").items()):
    data = plugin_data_pb2.HParamsPluginData.FromString(content)
    if data.HasField("session_start_info"):
        for name, value in sorted(data.session_start_info.hparams.items()):
            print("hparam", name, value.WhichOneof("kind"), sep="\t")
    if data.HasField("session_end_info"):
        print("end", data.session_end_info.status, sep="\t")
