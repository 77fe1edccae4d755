"""What every training needs: checkpoints, a journal, several processes as one, a schedule."""
