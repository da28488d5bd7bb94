"Make the site's social card and icon, images/card.png and images/favicon.png, from images/why.png and the log of a run."
from pathlib import Path

from PIL import Image

from cifar11.core import default_settings, new_figure
from cifar11.training import History

root = Path(__file__).resolve().parent.parent
images = root/'images'
accuracy = History.load(root/'results/assignment-0/log.csv')[-1]['test_accuracy']
why = Image.open(images/'why.png').convert('RGB')
row = why.crop((0, 672, 785, 875))  # the last one: airplane → ship
tile = why.crop((209, 696, 384, 871))  # its map for the class predicted

with default_settings():
    figure, axes = new_figure(1, 1, (12, 6.3))
    figure.set_layout_engine('none')
    axis = axes[0, 0]
    axis.set_position((0.05, 0.08, 0.9, 0.5))
    axis.imshow(row, interpolation='nearest')
    axis.axis('off')
    figure.text(0.06, 0.86, 'cifar11', fontsize=44, fontweight='bold', va='center')
    figure.text(0.06, 0.74, 'ResNet18 on CIFAR-10 in twenty epochs, '
                f'{accuracy:.2%} on the test images,', fontsize=21, va='center')
    figure.text(0.06, 0.66, 'and why it gets the others wrong', fontsize=21, va='center')
    figure.savefig(images/'card.png', dpi=100)
tile.resize((64, 64)).save(images/'favicon.png')
